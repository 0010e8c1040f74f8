"""Values of root causes."""

from __future__ import annotations

from noc_console.services.rootcause.model import Book, Held


def test_the_ports_with_customers_of_some_devices_are_found_together() -> None:
    book = Book(ports={1: Held(1), 2: Held(2), 3: Held(3)}, of_device={7: (1, 2), 8: (3,)})
    assert book.ports_of([7]) == {1, 2}
    assert book.ports_of([7, 8, 9]) == {1, 2, 3}
    assert book.ports_of([]) == set()
