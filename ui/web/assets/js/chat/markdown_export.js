// Writes answers as text for the clipboard, and conversations as a Markdown file.

const escape = (text) => text.replace(/([\\`*_{}[\]<>#|!])/g, "\\$1");
const line = (text) => text.replace(/\s+/g, " ").trim();
const fileOf = (source) => source.replaceAll("\\", "/").split("/").pop();

const citationOf = (cited) => {
  const page = cited.page ? `page ${cited.page}` : cited.place;
  const name = cited.title || fileOf(cited.source);
  const where = `${fileOf(cited.source)}, characters ${cited.start}–${cited.end}`;
  return `[${cited.number}] “${line(cited.quote)}” — ${name}${page ? `, ${page}` : ""} (${where})`;
};

export const citationsOf = (answer) => {
  const found = new Map();
  for (const sentence of answer.sentences) {
    for (const cited of sentence.citations) found.set(cited.number, cited);
  }
  return [...found.values()].sort((one, other) => one.number - other.number);
};

/** An answer with its citations, as plain text. */
export const textOf = (answer) =>
  [answer.text, ...citationsOf(answer).map(citationOf)].join("\n\n");

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
    if (cited.length) parts.push(cited.map((one) => `- ${escape(citationOf(one))}`).join("\n"));
  }
  if (turn.notice) parts.push(`> ${escape(line(turn.notice))}`);
  return parts.join("\n\n");
};

export const markdownOf = (conversation) =>
  `${[`# ${escape(line(conversation.title))}`, ...conversation.turns.map(turnOf)].join("\n\n")}\n`;
