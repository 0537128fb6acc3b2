"""Files with the same bytes are copies; others, and those without any, are not."""

from pathlib import Path

from labtools.evidence.files.copies import check_copies


def test_each_copy_names_the_first(tmp_path: Path) -> None:
    texts = {"a": "hej", "b": "hopp", "c": "hej", "d": "nej", "e": "", "f": "", "g": "hej"}
    files = {f"raw/{name}": tmp_path / name for name in texts}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    faults = check_copies(files, do="remove one")
    assert [(fault.file, fault.found, fault.do) for fault in faults] == [
        ("raw/c", "the same bytes as raw/a", "remove one"),
        ("raw/g", "the same bytes as raw/a", "remove one"),
    ]


def test_files_of_different_sizes_are_not_opened(tmp_path: Path) -> None:
    class Sealed(type(tmp_path)):  # type: ignore[misc]
        def open(self, *_: object, **__: object) -> None:
            raise AssertionError("opened")

    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"12")
    assert check_copies({name: Sealed(tmp_path / name) for name in "ab"}, do="x") == []
