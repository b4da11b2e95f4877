import { messageOf } from '../../shared/api/api-error.ts';
import { Button } from '../../shared/ui/button.tsx';
import { useSignInWithToken } from './api/sign-in-with-token.ts';
import { AuthFrame } from './auth-frame.tsx';

/** The token of the link. */
export interface TokenFormProps {
  readonly token: string;
}

/** Signs in at a press, so that a link's preview does not use the link up. */
export function TokenForm({ token }: TokenFormProps) {
  const signIn = useSignInWithToken();
  return (
    <AuthFrame title="Your place is ready">
      <p>This link signs you in on this device. It works once.</p>
      {signIn.isError && (
        <p class="field-error" role="alert">
          {messageOf(signIn.error)}
        </p>
      )}
      <Button
        look="primary"
        isBusy={signIn.isPending}
        onClick={() => signIn.mutate(token, { onSuccess: () => window.location.assign('/') })}
      >
        Sign in
      </Button>
    </AuthFrame>
  );
}
