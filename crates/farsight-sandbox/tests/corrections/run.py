"""Runs the tests: `corrected`, all pass; `plain`, each test of a correction fails; `listed`, each correction has test and README line.

With `readme` it prints the table for the README.
"""

import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).parent
CRATE = HERE.parent.parent
sys.path[:0] = [str(HERE), str(CRATE / "launcher")]


def tests(suite):
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from tests(entry)
        else:
            yield entry


def all_tests():
    return list(tests(unittest.defaultTestLoader.discover(str(HERE))))


def of_corrections():
    """The tests of corrections; the others read back what moto does right."""
    return [test for test in all_tests() if not type(test).__name__.startswith("ReadBack")]


def corrected():
    return unittest.TextTestRunner().run(unittest.TestSuite(all_tests())).wasSuccessful()


def plain():
    chosen = of_corrections()
    result = unittest.TestResult()
    unittest.TestSuite(chosen).run(result)
    failed = {test.id() for test, _ in result.failures + result.errors}
    useless = [test.id() for test in chosen if test.id() not in failed]
    print("pass on plain moto:", useless)
    return not useless


def table():
    import corrections

    rows = []
    for service, name, text in corrections.describe():
        words = " ".join(text.split())
        moto, aws = words.removeprefix("moto: ").split(" AWS: ")
        rows.append(f"| {service} | `{name}` | {moto} | {aws} |")
    return rows


def listed():
    readme = (CRATE / "README.md").read_text()
    missing = [row for row in table() if row not in readme]
    names = {row.split("`")[1] for row in table()}
    tested = {test._testMethodName.removeprefix("test_") for test in of_corrections()}
    print("not in the README:", *missing, sep="\n")
    print("without test:", names - tested, "tests of no correction:", tested - names)
    return not missing and names == tested


def readme():
    print("| service | correction | moto | AWS |", "|---|---|---|---|", *table(), sep="\n")
    return True


if __name__ == "__main__":
    os.environ.setdefault("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    sys.exit(0 if globals()[sys.argv[1]]() else 1)
