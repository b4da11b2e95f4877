import type { Command } from '../command.ts';

/** `pinakes mail test ADDRESS`: `{"to", "server", "from", "answer"}`; fails in the mail server's words when it does not take the message. */
export const mailTest: Command = async (input, { app }) => {
  const { mail } = app.services;
  const to = String(input['to']);
  const { answer } = await mail.test(to);
  const { server = '', from = '' } = mail.settings ?? {};
  const text = `${server} took a message from ${from} to ${to}: ${answer}`;
  return { json: { to, server, from, answer }, text, exitCode: 0 };
};
