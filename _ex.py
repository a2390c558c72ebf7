import sys; sys.path[:0]=['tests/eval/judges','.']
from test_answers import RIGHT,WRONG
from eval.judges.answers import judge_answer
from eval.judges.judge import SupportJudge
from bench.evaluation.right_answers import *
J=SupportJudge()
for w,rows in ((True,RIGHT),(False,WRONG)):
    for q,r,a in rows:
        v=judge_answer(q,[r],a,J)
        if v.right!=w or (not w and not v.reasons): print(w,v,q,r,a)
n=0
for e in load_labelled():
    if e.part=='seen':
        s,why=is_judged_right(e,J)
        n+=s==e.is_right
        if s!=e.is_right: print(e,why)
print(n,'of 30')
