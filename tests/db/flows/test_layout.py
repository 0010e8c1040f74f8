from noc_console.db.flows.layout import word_id


def test_a_text_has_the_same_number_in_every_process():
    assert word_id("192.0.2.0/24") == word_id("192.0.2.0/24") == 2749789801027051253
    assert word_id("192.0.2.0/24") != word_id("192.0.2.0/25")


def test_numbers_fit_into_the_databases_integers():
    assert all(0 < word_id(str(n)) < 1 << 63 for n in range(1_000))


def test_no_text_is_zero():
    assert word_id("") == 0
