"""Single objects of devices through pysnmp: read, walked and set by OID or MIB name."""

from noc_console.adapters.browser.browser import PysnmpBrowser

__all__ = ["PysnmpBrowser"]
