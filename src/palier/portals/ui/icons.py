"""The inline icon set: 24 px box, 2.2 px stroke, square caps, current colour. Own drawings."""

PATHS: dict[str, str] = {
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v.2"/>',
    "ok": '<path d="M3.5 3.5h17v17h-17zM7.5 12l3.2 3.4 5.8-6.6"/>',
    "warn": '<path d="M12 3.5 21.5 20.5h-19zM12 10v5M12 17.6v.2"/>',
    "err": '<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM9 9l6 6M15 9l-6 6"/>',
    "doubt": '<path d="M12 2l10 10-10 10L2 12zM9.7 9.8c.2-3 4.8-3 4.8-.2 0 1.9-2.5 2-2.5 4M12 16.4v.2"/>',
    "up": '<path d="M12 20.5V4.5M5.5 11 12 4.5l6.5 6.5"/>',
    "down": '<path d="M12 3.5v16M5.5 13l6.5 6.5 6.5-6.5"/>',
    "same": '<path d="M4 9h16M4 15h16"/>',
    "left": '<path d="M20.5 12h-16M11 5.5 4.5 12l6.5 6.5"/>',
    "right": '<path d="M3.5 12h16M13 5.5l6.5 6.5-6.5 6.5"/>',
    "menu": '<path d="M3 6h18M3 12h18M3 18h18"/>',
    "person": '<circle cx="12" cy="8" r="4.5"/><path d="M4 21.5c0-9 16-9 16 0"/>',
    "file": '<path d="M5.5 3h8l5 5v13h-13zM13.5 3v5h5"/>',
    "home": '<path d="M2.5 12 12 3.5l9.5 8.5M5.5 10v10.5h13V10"/>',
    "building": '<path d="M4.5 3h15v18h-15zM9 7.5v.2M15 7.5v.2M9 12v.2M15 12v.2M10 21v-4.5h4V21"/>',
    "calendar": '<path d="M3.5 5.5h17v15h-17zM3.5 10.5h17M8 2.5v4M16 2.5v4"/>',
    "map": '<path d="M3 6l6-2.5 6 2.5 6-2.5v15L15 21l-6-2.5L3 21zM9 3.5v15M15 6v15"/>',
    "door": '<path d="M6 21V3h12v18M2.5 21h19M14.2 12v.6"/>',
    "eye": '<path d="M2 12c5-9 15-9 20 0-5 9-15 9-20 0z"/><circle cx="12" cy="12" r="3"/>',
    "phone": '<path d="M4 3.5h4.5l2 5-2.5 2c1 2.5 3 4.5 5.5 5.500l2-2.5 5 2V20c-9 2-18-7-16.5-16.500z"/>',
    "message": '<path d="M3 4h18v12.500H11L6.5 21v-4.500H3z"/>',
    "print": '<path d="M7 9V3h10v6M7 17H3V9h18v8h-4M7 14h10v7H7z"/>',
    "camera": '<path d="M2.5 7h5L9 4h6l1.5 3h5v13h-19z"/><circle cx="12" cy="13" r="3.8"/>',
    "shield": '<path d="M12 2.500l8 3v6c0 5-3.5 8-8 10-4.5-2-8-5-8-10v-6zM12 7.500v5.500M12 16.200v.2"/>',
    "lock": '<path d="M4.5 10.500h15v10.500h-15zM8 10.500v-3c0-5.5 8-5.5 8 0v3"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5 21 21"/>',
    "check": '<path d="M4.5 12.500l5 5 10-11"/>',
}


def svg(name: str, css: str = "") -> str:
    """The icon as inline SVG, hidden from screen readers. KeyError for an unknown name."""
    return (
        f'<svg class="icon {css or "i-" + name}" viewBox="0 0 24 24" width="24" height="24" fill="none" '
        f'stroke="currentColor" stroke-width="2.2" stroke-linecap="square" aria-hidden="true" focusable="false">'
        f"{PATHS[name]}</svg>"
    )
