"""Judges, which say whether a source supports a sentence. The door is :func:`by_name.judge_of`.

``judge_check`` measures how good a judge is on pairs that people labelled.
"""
