"""Databases are copies of a template, and none is left behind."""

import shutil
import subprocess
import sys

from dev.lib.databases import (
    copy_database,
    drop_database,
    filestore,
    template,
    temporary_database,
)

ABANDON = """
import os
from dev.lib.cluster import Cluster
from dev.lib.databases import fresh_database
with Cluster() as cluster:
    print(fresh_database(cluster, addon=False), flush=True)
    os._exit(1)
"""


def test_it_is_a_company_in_the_united_states(cluster):
    with temporary_database(cluster, addon=False) as name:
        query = """
            SELECT company.chart_template, currency.name, lang.code
              FROM res_company company
              JOIN res_currency currency ON currency.id = company.currency_id
              JOIN res_lang lang ON lang.active
        """
        assert cluster.execute(query, database=name) == [("us", "USD", "en_US")]


def test_it_is_gone_after_the_block(cluster):
    with temporary_database(cluster, addon=False) as name:
        assert name in cluster.databases()
        assert filestore(name).is_dir()
    assert name not in cluster.databases()
    assert not filestore(name).exists()


def test_what_a_killed_command_left_is_dropped_by_the_next(cluster):
    run = subprocess.run(
        [sys.executable, "-c", ABANDON], stdout=subprocess.PIPE, text=True
    )
    abandoned = run.stdout.split()[-1]
    assert abandoned in cluster.databases()
    with temporary_database(cluster, addon=False):
        assert abandoned not in cluster.databases()


def test_a_template_without_its_files_is_made_again(cluster):
    """Who removes .dev by hand leaves the cluster, which is elsewhere."""
    made = []

    def fill(name):
        cluster.create(name)
        filestore(name).mkdir(parents=True)
        made.append(name)

    first = template(cluster, "tried", "key", fill)
    try:
        assert template(cluster, "tried", "key", fill) == first and len(made) == 1
        shutil.rmtree(filestore(first))
        assert template(cluster, "tried", "key", fill) == first and len(made) == 2
        assert filestore(first).is_dir()
    finally:
        drop_database(cluster, first)


def stored_files(database):
    return [path for path in filestore(database).rglob("*") if path.is_file()]


def test_a_copy_has_files_of_its_own(cluster):
    with temporary_database(cluster, addon=False) as source:
        copy = f"{source}-copy"
        copy_database(cluster, source, copy)
        try:
            assert len(stored_files(copy)) == len(stored_files(source)) > 0
        finally:
            drop_database(cluster, copy)
        assert stored_files(source)
