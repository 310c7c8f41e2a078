"""Some 545 strings that break careless programs, made here by class: nothing is copied from a published list."""

from __future__ import annotations

from itertools import product

NUL_LIKE = tuple(f"a{chr(code)}b" for code in (0, 1, 7, 8, 11, 12, 14, 27, 31, 127))
"""Control characters: what cannot be kept is refused, never dropped in silence."""


def reserved() -> list[str]:
    """Words that some language reads as something else than a name."""
    words = "undefined null NULL nil None true false NaN Infinity -Infinity void eval __proto__ constructor"
    return [*words.split(), "0x0", "1e1000", "-0", "0/0", "1/0", "\\", "\\\\", "''", '""', "``", "%", "%%", "_", "*"]


def numbers() -> list[str]:
    """Numbers in every dress."""
    plain = ["0", "1", "-1", "1,00", "1.00", "1/2", "1E2", "1e309", "0xFF", "1'000", "1 000", "1_000", "²³", "٣٤"]
    return [
        *plain,
        "१२",
        "一二",
        "1\u00a0000",
        "1\u202f000",
        "0,1",
        ",1",
        "1,",
        "1.234,56",
        "--1",
        "+1",
        "9" * 40,
        "-" + "9" * 40,
        "0" * 30,
        "1" + "0" * 308,
        "½",
        "Ⅻ",
        "①",
        "2147483648",
        "1e-400",
    ]


def sql() -> list[str]:
    """Fragments of SQL, quoted every way."""
    tails = ("--", "#", "/*", ";", ")--", "'))--")
    heads = ("' OR '1'='1", '" OR ""="', "1; DROP TABLE demandes_demande", "' UNION SELECT version()", "x' AND 1=0",
             "1; SELECT pg_sleep(9)", "\\'; COPY x TO PROGRAM 'id'")  # fmt: skip
    return [head + tail for head, tail in product(heads, tails)] + ["%27", "'||'", "$$x$$", "E'\\x41'", "E'\\000'"]


def markup() -> list[str]:
    """Fragments of HTML, of templates and of URLs that act."""
    tags = (
        "script",
        "img src=x",
        "svg",
        "iframe",
        "body",
        "a href=javascript:alert(1)",
        "style",
        "math",
        "details open",
    )
    events = ("onload=alert(1)", "onerror=alert(1)", "ontoggle=alert(1)", "onfocus=alert(1) autofocus", "")
    open_tags = [f"<{tag} {event}>" for tag, event in product(tags, events)]
    closers = ["</script>", "</textarea><b>", "</title>", "-->", "]]>", "'\"><b>", "<!--", "<![CDATA[", "&lt;b&gt;"]
    templates = ["{{ 7*7 }}", "{% debug %}", "${7*7}", "#{7*7}", "<%= 7 %>", "{{ request.user }}", "{# x #}", "[[x]]"]
    urls = ["javascript:alert(1)", "data:text/html,<b>", "//exemple.fr", "file:///etc/passwd", "http://a%0d%0aX: y"]
    return open_tags + closers + templates + urls


def shells() -> list[str]:
    """Commands, paths, formats of print, formulas of a spreadsheet."""
    commands = ["; ls", "| cat", "`id`", "$(id)", "&& id", "> /tmp/x", "$HOME", "%n%s%x", "%d", "{0}", "{0.__class__}"]
    paths = ["../../etc/passwd", "..\\..\\win.ini", "/dev/null", "CON", "NUL", "aux.txt", ".", "..", "~", "C:\\"]
    formulas = [f"{sign}{rest}" for sign in "=+-@" for rest in ("1+1", "cmd|'/C calc'!A0", "SUM(A1)", "HYPERLINK(1)")]
    typst = ["#strong[x]", '#read("/etc/passwd")', "$ x $", "@x", "<x>"]
    return commands + paths + formulas + typst + ["\t=1", "\r=1"]


def ranges() -> list[str]:
    """A word from each class of characters: alphabets, signs, private use, last planes."""
    starts = (0x21, 0xA1, 0x100, 0x180, 0x250, 0x2B0, 0x370, 0x400, 0x531, 0x5D0, 0x620, 0x710, 0x780, 0x905,
            0x985, 0xA05,
              0xA85, 0xB05, 0xB85, 0xC05, 0xC85, 0xD05, 0xD85, 0xE01, 0xE81, 0xF00, 0x1000, 0x10A0, 0x1100, 0x1200,
              0x13A0, 0x1401, 0x1681, 0x16A0, 0x1780, 0x1820, 0x1E00, 0x1F00, 0x2030, 0x2070, 0x20A0, 0x2100, 0x2190,
              0x2200, 0x2300, 0x2460, 0x2500, 0x2580, 0x25A0, 0x2600, 0x2701, 0x2801, 0x2E80, 0x2F00, 0x3041, 0x30A1,
              0x3105, 0x3131, 0x3190, 0x3200, 0x4E00, 0xA000, 0xAC00, 0xE000, 0xF900, 0xFB00, 0xFB50, 0xFE30, 0xFF01,
              0x10000, 0x10300, 0x12000, 0x1D400, 0x1F300, 0x1F600, 0x1F680, 0x1F900, 0x20000, 0xF0000)  # fmt: skip
    return ["".join(chr(start + step) for step in range(4)) for start in starts]


def invisible() -> list[str]:
    """What the eye does not see: spaces, joiners, marks of direction, variation, tags, soft hyphens, feeds."""
    codes = (0x85, 0xA0, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x1680, 0x17B4, 0x180E, *range(0x2000, 0x2010), 0x2028,
             0x2029, *range(0x202A, 0x2030), *range(0x205F, 0x2070), 0x2800, 0x3000, 0x3164, 0xFE00, 0xFE0F, 0xFEFF,
             0xFFA0, 0xFFF9, 0xFFFC, 0xFFFD, 0xE0001, 0xE0041, 0xE0100)  # fmt: skip
    return [f"ab{chr(code)}cd" for code in codes] + [chr(code) for code in codes]


def composed() -> list[str]:
    """The same letter written in several ways, and marks piled on one letter."""
    letters = "aeioucny"
    marks = ("\u0301", "\u0300", "\u0308", "\u0327", "\u0323\u0302", "\u0338", "\u20dd")
    piled = ["e" + "\u0301" * count for count in (2, 10, 60)] + ["Z\u0351\u036b\u0343a\u0324l\u0348g\u0353o\u0352"]
    return [f"{letter}{mark}" for letter, mark in product(letters, marks)] + piled


def faces() -> list[str]:
    """Emoji joined, coloured, flagged, and right-to-left text mixed with left-to-right."""
    emoji = ["👩‍👩‍👧‍👦", "👍🏽", "🇫🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "1️⃣", "👁️‍🗨️", "(ノಥ益ಥ)ノ", "¯\\_(ツ)_/¯"]
    mixed = ["عبد الله", "Zoé عبد", "שלום", "abc \u202eفdef", "\u2066abc\u2069", "ab\u200fcd", "(مرحبا)", "١٢٣"]
    return emoji + mixed


def names() -> list[str]:
    """Names that people have."""
    real = ["O", "Y", "Ng", "Ó", "de La Tour d'Auvergne", "N'Diaye", "O'Connor", "Jean-Noël", "Anne - Marie",
            "İnci", "ılgaz", "Nguyễn Thị Ánh", "Đặng", "Łukasz", "Þór", "Ærø", "Œdipe", "Straße", "Null",
            "True", "Test", "Admin",
            "Marie  Louise", "van den Berg", "Müller-Lüdenscheidt", "Ñandú", "Σίσυφος", "Şükrü", "Mary-Ann O’Hara",
            "Jr.", "3", "X Æ A-12", "Björk Guðmundsdóttir"]  # fmt: skip
    return [*real, "A" * 120, "É" * 200, "x" * 201, "mot " * 60]


def lines() -> list[str]:
    """Ends of lines, and spaces at both ends."""
    return [
        " a",
        "a ",
        "  ",
        "\ta",
        "a\nb",
        "a\r\nb",
        "a\rb",
        "\n",
        "a\u2028b",
        "a" * 5_000,
        "\u00a0a\u00a0",
        "\ufeffa",
    ]


NAUGHTY: tuple[str, ...] = tuple(
    dict.fromkeys(
        each
        for make in (reserved, numbers, sql, markup, shells, ranges, invisible, composed, faces, names, lines)
        for each in make()
    )
)
