// Writes answers as text for the clipboard, and conversations as a Markdown file.

const escape = (text) => text.replace(/([\\`*_{}[\]<>#|!])/g, "\\$1");
const line = (text) => text.replace(/\s+/g, " ").trim();
const fileOf = (source) => source.replaceAll("\\", "/").split("/").pop();

const citationOf = (cited, quoted = new Set()) => {
  const page = cited.page ? `page ${cited.page}` : cited.place;
  const name = cited.title || fileOf(cited.source);
  const where = `${fileOf(cited.source)}, characters ${cited.start}–${cited.end}`;
  const quote = quoted.has(cited.number) ? "" : `“${line(cited.quote)}” — `;
  return `[${cited.number}] ${quote}${name}${page ? `, ${page}` : ""} (${where})`;
};

/** Numbers of the citations whose words the answer itself has. */
const quotedIn = (answer) => {
  const text = line(answer.text);
  return new Set(citationsOf(answer).filter((cited) => text.includes(line(cited.quote))).map((cited) => cited.number));
};

export const citationsOf = (answer) => {
  const found = new Map();
  for (const sentence of answer.sentences) {
    for (const cited of sentence.citations) found.set(cited.number, cited);
  }
  return [...found.values()].sort((one, other) => one.number - other.number);
};

/** An answer with its citations, as plain text. */
export const textOf = (answer) => {
  const quoted = quotedIn(answer);
  const cited = citationsOf(answer).map((one) => citationOf(one, quoted));
  return [answer.text, cited.join("\n")].filter(Boolean).join("\n\n");
};

const turnOf = (turn) => {
  const parts = [`## ${escape(line(turn.question))}`];
  if (turn.answer) {
    const { answer } = turn;
    if (answer.standalone_question !== answer.question) {
      parts.push(`*Searched for: ${escape(line(answer.standalone_question))}*`);
    }
    parts.push(escape(line(answer.text)).replace(/\\\[(\d+)\\\]/g, "[$1]"));
    parts.push(...answer.notices.map((notice) => `> ${escape(line(notice))}`));
    const cited = citationsOf(answer);
    const quoted = quotedIn(answer);
    if (cited.length) parts.push(cited.map((one) => `- ${escape(citationOf(one, quoted))}`).join("\n"));
  }
  if (turn.notice) parts.push(`> ${escape(line(turn.notice))}`);
  return parts.join("\n\n");
};

export const markdownOf = (conversation) =>
  `${[`# ${escape(line(conversation.title))}`, ...conversation.turns.map(turnOf)].join("\n\n")}\n`;
