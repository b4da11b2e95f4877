/** "2027-03-09 14:30:12", in UTC: the same on the server and in the browser. */
export const momentText = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
