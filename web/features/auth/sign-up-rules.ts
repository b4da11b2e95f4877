/** What a name and a password must be, told while they are typed. The server has the last word. */

/** What is wrong with a name; undefined when nothing is, or it is still empty. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return undefined;
  if (!/^[A-Za-z0-9]/.test(name)) return 'Begin with a letter or a digit.';
  if (/[^A-Za-z0-9_.-]/.test(name)) return 'Letters a to z, digits, dots, hyphens and underscores only.';
  if (name.length < 2) return 'Two characters at least.';
  return name.length > 30 ? 'Thirty characters at most.' : undefined;
}

/** What is wrong with a password; undefined when nothing is, or it is still empty. */
export function passwordProblem(password: string): string | undefined {
  if (password === '') return undefined;
  if (password.length < 8) {
    const missing = 8 - password.length;
    return `${missing} more ${missing === 1 ? 'character' : 'characters'}.`;
  }
  return password.length > 200 ? 'Two hundred characters at most.' : undefined;
}
