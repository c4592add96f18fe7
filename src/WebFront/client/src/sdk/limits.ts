/** Every bound and every delay of the SDK, in one place. Durations are milliseconds. */
export const Limits = {
  /** Newest messages kept of a conversation beyond what the user paged to. */
  windowMessagesMax: 500,
  /** Pages of older messages that the user may add to the window. */
  pagedMessagesMax: 10_000,
  /** Pushes kept aside while a gap is being filled; more: the log is asked anyway. */
  asideMessagesMax: 64,
  /** Conversations known at once. */
  conversationsMax: 2_000,
  /** Sends waiting in the outbox, all conversations together. */
  outboxItemsMax: 500,
  historyPage: 50,
  inboxPage: 30,
  /** Positions in one `resume` call. */
  resumePositionsMax: 100,
  /** Conversations resumed after a reconnect though none of their messages are held. */
  resumeSummariesMax: 200,
  watchStoresMax: 100,
  typingMax: 100,
  unreadMax: 999,
  bodyCodePointsMax: 3_000,
  typingEveryMs: 2_000,
  typingGoneMs: 6_000,
  callTimeoutMs: 15_000,
  connectTimeoutMs: 15_000,
  /** A push that overtook another arrives within this; only then is the log asked. */
  gapGraceMs: 250,
  /** Delivered and read marks of this long go as one call. */
  markEveryMs: 150,
  /** A link that lived this long starts the retry delays from the beginning. */
  stableAfterMs: 5_000,
  /** How long a server that announced to close may take. */
  closingGraceMs: 5_000,
  watchEveryMs: 50,
  presenceRenewEveryMs: 5_000,
  presenceRenewBeforeMs: 3_000,
  retryBaseMs: 500,
  retryCapMs: 30_000,
  /**
   * The same for a message that an open link could not get stored because its conversation or the database was out: those
   * come back within seconds, and whoever wrote is looking. A server with too much to do says `busy`, which is not meant.
   */
  outageRetryCapMs: 5_000,
} as const;
