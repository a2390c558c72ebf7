import re,sys
from pathlib import Path
from eval.responses.refusals import is_refusal,_split_clauses,_classify
part=sys.argv[1]
rows=[]
if part=='bench':
    for l in Path('bench/evaluation/refusals.tsv').read_text().splitlines()[1:]:
        a,b=l.split('\t'); rows.append(('x','refusal' if a=='yes' else 'answer','bench',b))
else:
  for l in Path('training/refusals/phrases.txt').read_text().splitlines():
    l=l.strip()
    m=re.fullmatch(r'\[(.+) \| (refusal|answer) \| (fit|apart)\]',l)
    if m: cur=m.groups()
    elif l and not l.startswith('#'): rows.append((*cur,l))
ok={'refusal':[0,0],'answer':[0,0]}
for f,k,p,t in rows:
    if p!=part: continue
    got=is_refusal(t); want=k=='refusal'
    ok[k][0]+=got==want; ok[k][1]+=1
    if got!=want: print(k,f,'|',t,[(_classify(c),c) for c in _split_clauses(t)])
print(part,ok)
