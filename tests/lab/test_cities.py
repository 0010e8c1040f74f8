from noc_console.lab.cities import ACCESS, CITIES


def test_three_cities_with_three_sites_each():
    assert [len(city.sites) for city in CITIES] == [3, 3, 3]
    assert len({place for city in CITIES for place in city.sites}) == 9


def test_every_city_mixes_vendors():
    for city in CITIES:
        assert len({character.vendor for character in (*city.cores, city.agg)}) >= 2
    assert len({character.vendor for character in ACCESS}) == 3
