import { useSearch } from 'wouter-preact';
import { messageOf } from '../../shared/api/api-error.ts';
import type { Head } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { useSignIn } from './api/sign-in.ts';
import { AuthFrame } from './auth-frame.tsx';
import { enter } from './enter.ts';
import { OtherWay } from './other-way.tsx';
import { TokenForm } from './token-form.tsx';

function PasswordForm() {
  const signIn = useSignIn();
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '');
    signIn.mutate({ name: text('name').trim(), password: text('password') }, { onSuccess: enter });
  };
  return (
    <AuthFrame title="Welcome back">
      <form class="form" method="post" onSubmit={submit}>
        <Field
          label="Name"
          name="name"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          error={signIn.isError ? messageOf(signIn.error) : undefined}
        />
        <Button look="primary" type="submit" isBusy={signIn.isPending}>
          Sign in
        </Button>
      </form>
      <OtherWay question="New here?" href="/signup" label="Make an account" />
    </AuthFrame>
  );
}

/** Signs in: with name and password, or with the one-time link that led here. */
export function Page() {
  useTitle('Sign in');
  const token = new URLSearchParams(useSearch()).get('token');
  return token ? <TokenForm token={token} /> : <PasswordForm />;
}

export const head = (): Head => ({ title: 'Sign in', hidden: true });
