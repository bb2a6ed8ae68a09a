"""The page of the web application. Titles come from strangers, so everything is escaped."""

from __future__ import annotations

from html import escape
from typing import Any

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Reading room</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
  table {{ border-collapse: collapse; width: 100%; }}
  th, td {{ text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }}
  td.number, th.number {{ text-align: right; }}
  input, textarea {{ display: block; width: 100%; margin: .25rem 0 .75rem; font: inherit; box-sizing: border-box; }}
</style>
<h1>Reading room</h1>
<form method="post" action="/documents">
  <label>Title <input name="title" maxlength="200" required></label>
  <label>Text <textarea name="text" rows="6" required></textarea></label>
  <button>Analyse</button>
</form>
<h2>Newest documents</h2>
<table>
  <tr><th>Document<th class="number">Words<th class="number">Reading ease<th>Common words</tr>
{rows}
</table>
</html>
"""


def render(documents: list[dict[str, Any]]) -> str:
    return PAGE.format(rows="\n".join(map(row, documents)))


def row(document: dict[str, Any]) -> str:
    result = document["result"] or {}
    common = ", ".join(f"{word} ({count})" for word, count in result.get("common", []))
    ease = result.get("reading_ease")
    return (
        f'  <tr><td><a href="/documents/{document["id"]}">{escape(document["title"])}</a>'
        f'<td class="number">{result.get("words", "waiting")}'
        f'<td class="number">{"" if ease is None else ease}<td>{escape(common)}</tr>'
    )
