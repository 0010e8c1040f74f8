"""Single objects of devices through pysnmp: read, walked and set by OID."""

from noc_console.adapters.browser.browser import PysnmpBrowser

__all__ = ["PysnmpBrowser"]
