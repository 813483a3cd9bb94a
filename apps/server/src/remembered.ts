/** What is made of settings, made again only when they are others. */
export function remembered<Settings, Made>(
  settings: () => Settings,
  make: (settings: Settings) => Made,
): () => Made {
  let last: { readonly settings: Settings; readonly made: Made } | undefined;
  return () => {
    const now = settings();
    if (last?.settings !== now) last = { settings: now, made: make(now) };
    return last.made;
  };
}
