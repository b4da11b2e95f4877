import { dismiss, type Toast, toasts } from './toast.ts';

interface ToastNoteProps {
  readonly toast: Toast;
}

function ToastNote({ toast }: ToastNoteProps) {
  const { act } = toast;
  const run = () => {
    dismiss(toast.id);
    act?.run();
  };
  return (
    <li class={`toast toast-${toast.tone}`}>
      <span>{toast.text}</span>
      {act && (
        <button type="button" class="toast-act" onClick={run}>
          {act.label}
        </button>
      )}
    </li>
  );
}

/** Where messages appear; read out by screen readers as they come. */
export function Toaster() {
  return (
    <section class="toaster" aria-label="Messages" aria-live="polite">
      <ul>
        {toasts.value.map((toast) => (
          <ToastNote key={toast.id} toast={toast} />
        ))}
      </ul>
    </section>
  );
}
