import type { z } from 'zod';

/** The first thing that is wrong, in one line: the field and what it takes. */
export function firstProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'is not valid';
  const path = issue.path.join('.');
  const message = issue.code === 'unrecognized_keys' ? `unknown: ${issue.keys.join(', ')}` : issue.message;
  return path === '' ? message : `${path} ${message}`;
}
