import pytest
from PySide6.QtGui import QGuiApplication

from noc_console.views.flows.teach import VENDORS, Hearing, Teach, commands


@pytest.mark.parametrize(("name", "template"), VENDORS)
def test_the_commands_name_this_collector(name, template):
    told = commands(template, Hearing("203.0.113.5", 12055, 14739, 16343))
    assert "203.0.113.5" in told
    assert any(port in told for port in ("12055", "14739", "16343"))
    assert "{" not in told


async def test_the_commands_of_a_vendor_are_copied(desk):
    teach = Teach(Hearing("203.0.113.5"))
    teach.vendor.setCurrentIndex(teach.vendor.findText("MikroTik"))
    teach.copy_button.click()
    assert QGuiApplication.clipboard().text().startswith("/ip traffic-flow")
