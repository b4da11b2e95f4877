import { useState } from 'preact/hooks';
import { ApiError, messageOf } from '../../shared/api/api-error.ts';
import type { Head } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { useSignUp } from './api/sign-up.ts';
import { AuthFrame } from './auth-frame.tsx';
import { enter } from './enter.ts';
import { OtherWay } from './other-way.tsx';
import { nameProblem, passwordProblem } from './sign-up-rules.ts';

/** The server's refusal, at the field it names; without a field, at the last one. */
function refusals(error: Error | null): { name?: string; password?: string } {
  if (!error) return {};
  const isName = error instanceof ApiError && (error.field === 'name' || error.code === 'conflict');
  return isName ? { name: messageOf(error) } : { password: messageOf(error) };
}

/** Makes an account. */
export function Page() {
  useTitle('Join');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signUp = useSignUp();
  const refused = refusals(signUp.error);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!nameProblem(name) && !passwordProblem(password))
      signUp.mutate({ name, password }, { onSuccess: enter });
  };
  return (
    <AuthFrame title="A place for pictures worth keeping">
      <form class="form" method="post" onSubmit={submit}>
        <Field
          label="Name"
          name="name"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          value={name}
          hint={
            name && !nameProblem(name)
              ? `Your page will be /@${name}`
              : 'For signing in, and for your page’s address.'
          }
          error={nameProblem(name) ?? refused.name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="new-password"
          required
          value={password}
          hint="Eight characters or more."
          error={passwordProblem(password) ?? refused.password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
        <Button look="primary" type="submit" isBusy={signUp.isPending}>
          Join
        </Button>
      </form>
      <OtherWay question="Been here before?" href="/signin" label="Sign in" />
    </AuthFrame>
  );
}

export const head = (): Head => ({
  title: 'Join',
  description: 'Save pictures, arrange them on boards, find more like them.',
});
