from noc_console.adapters.snmp.polled import Polled, of_rows


def test_rows_and_the_flat_list_say_the_same():
    polled = Polled([b"\x01", b"\x02"], [1, 2, 3, 4, 5, 6], 3, (77,))
    assert polled.rows == {b"\x01": (1, 2, 3), b"\x02": (4, 5, 6)}
    assert of_rows(polled.rows, width=3, scalars=(77,)) == polled


def test_a_cell_without_a_number_is_a_hole():
    polled = of_rows({b"\x01": (1, None)}, width=2)
    assert polled.has_holes and polled.numbers == [1, None]


def test_nothing_polled_is_no_rows():
    assert of_rows({}, width=4).rows == {}
