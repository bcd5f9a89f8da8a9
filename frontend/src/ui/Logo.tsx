// The mark of the favicon, beside the name.
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect class="logo-ground" width="32" height="32" rx="8" />
      <path class="logo-line" d="M16 7.5 24.5 23h-17Z" />
      <circle cx="16" cy="8.5" r="3.5" />
      <circle cx="8.5" cy="22.5" r="3.5" />
      <circle cx="23.5" cy="22.5" r="3.5" />
    </svg>
  );
}
