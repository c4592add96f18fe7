namespace Chat.Grains.Shared;

/// <summary>
/// Every bound of the system that is not policy: queues, pages, payloads and collections. A collection without a line
/// here is a bug (DESIGN invariant 9). Figures a marketplace may want to change are in <see cref="Policy"/>.
/// </summary>
public static class Limits
{
    /// <summary>Longest chat text, in Unicode code points (product specification, part 1).</summary>
    public const int BodyCodePointsMax = 3_000;

    /// <summary>Longest frame from a client, in bytes: 3,000 code points of 4 bytes, escapes and envelope fit.</summary>
    public const int FrameBytesMax = 32 * 1024;

    /// <summary>Messages in one page of history.</summary>
    public const int HistoryPageMax = 100;

    /// <summary>Messages one resume may bring, over all conversations; more is a reset.</summary>
    public const int ResumeChangesMax = 300;

    /// <summary>Body characters one resume may bring; more is a reset. Keeps the answer near 1 MiB.</summary>
    public const int ResumeCharsMax = 300_000;

    /// <summary>Conversations one resume may ask for.</summary>
    public const int ResumePositionsMax = 100;

    /// <summary>Conversations in one page of the inbox.</summary>
    public const int InboxPageMax = 50;

    /// <summary>Unread messages are counted exactly up to this; the value itself means "this many or more".</summary>
    public const int UnreadMax = 999;

    /// <summary>Stores one connection may watch.</summary>
    public const int WatchesMax = 100;

    /// <summary>Live connections of one user on one front end.</summary>
    public const int ConnectionsPerUserMax = 20;

    /// <summary>Calls of one connection that may run at once.</summary>
    public const int CallsInFlightMax = 64;

    /// <summary>Pushes that may wait for one connection before it is cut.</summary>
    public const int OutgoingPushesMax = 256;

    /// <summary>Bytes that may wait for one connection before it is cut.</summary>
    public const int OutgoingBytesMax = 256 * 1024;

    /// <summary>How long the oldest push may wait for one connection before it is cut: whatever buffers below still hold, it does not read.</summary>
    public static readonly TimeSpan OutgoingWaitMax = TimeSpan.FromSeconds(8);

    /// <summary>A connection that was silent for this long after a push is asked whether it reads. To one that nothing is pushed to nothing is asked.</summary>
    public static readonly TimeSpan ProbeAfter = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long that answer may take. This finds those that stopped reading while too little is sent to them to fill a queue.
    /// With <see cref="ProbeAfter"/>, two seconds of the clock that looks, one for a farewell and <see cref="LinkCloseWithin"/> less than
    /// 15 seconds until the socket is closed.
    /// </summary>
    public static readonly TimeSpan ProbeAnswerWithin = TimeSpan.FromSeconds(6);

    /// <summary>How long a connection that we close may take to close its side before its socket is cut. SignalR waits 5 seconds by itself.</summary>
    public static readonly TimeSpan LinkCloseWithin = TimeSpan.FromSeconds(1);

    /// <summary>A connection that nothing was sent to for this long is sent a ping, so that its client knows that we live.</summary>
    public static readonly TimeSpan LinkPingEvery = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A connection that nothing came from for this long is asked whether its client is there. Clients ping by themselves before, so
    /// this is for those whose timers a browser holds back.
    /// </summary>
    public static readonly TimeSpan LinkSilentAfter = TimeSpan.FromSeconds(12);

    /// <summary>
    /// How long anything may take to come then before the connection is cut: its network is gone. The clock that looks each second
    /// and <see cref="LinkCloseWithin"/> included, a cut comes 24 seconds after the last frame at the latest: nobody may show as
    /// online 30 seconds after.
    /// </summary>
    public static readonly TimeSpan LinkAnswerWithin = TimeSpan.FromSeconds(8);

    /// <summary>Bytes between the hub and the socket of one connection, in each direction, before the writer waits.</summary>
    public const int PipeBytesMax = 64 * 1024;

    /// <summary>What the kernel keeps of one connection's outgoing bytes; Linux takes twice as much for its own book-keeping.</summary>
    public const int SocketSendBytes = 128 * 1024;

    /// <summary>Open sockets of one front end, of every kind; further ones are closed at once.</summary>
    public const int SocketsMax = 100_000;

    /// <summary>Sockets of one user on one front end, those before <c>hello</c> included.</summary>
    public const int SocketsPerUserMax = 2 * ConnectionsPerUserMax;

    /// <summary>Hub calls that one front end works on at once; more are refused with <see cref="ErrorCode.Busy"/>.</summary>
    public const int CallsPerFrontMax = 16_384;

    /// <summary>People whose budgets one front end remembers, those who just left included; more are refused with <see cref="ErrorCode.Busy"/>.</summary>
    public const int BudgetsMax = 200_000;

    /// <summary>Calls a person may have refused as too many in a burst; with the next one their connections are closed.</summary>
    public const int FloodRefusalsMax = 500;

    /// <summary>Such refusals that are forgiven each second.</summary>
    public const int FloodRefusalsPerSecond = 10;

    /// <summary>How long somebody who floods is kept away.</summary>
    public static readonly TimeSpan FloodKeptAway = TimeSpan.FromSeconds(10);

    /// <summary>Passwords that may wait for a core of one front end; more are refused with <see cref="ErrorCode.Busy"/>.</summary>
    public const int PasswordsWaitingMax = 256;

    /// <summary>
    /// How long what is oldest may wait to be stored, in the log's queue and in a conversation, before everything behind it is
    /// refused with <see cref="ErrorCode.Busy"/>: less than callers wait, so that they are told instead of left to guess.
    /// </summary>
    public static readonly TimeSpan WriteWaitMax = TimeSpan.FromSeconds(2);

    /// <summary>Sends that may wait inside one conversation; more are refused with <see cref="ErrorCode.Busy"/>.</summary>
    public const int ConversationQueueMax = 512;

    /// <summary>Messages one conversation puts into one commit; as many as the tail holds, so that repeats within a batch are seen.</summary>
    public const int ConversationBatchMax = ConversationTailMax;

    /// <summary>Newest messages an activation keeps in memory, for repeats and small resumes.</summary>
    public const int ConversationTailMax = 64;

    /// <summary>Appends that may wait for the log writer of a process; more are refused with <see cref="ErrorCode.Busy"/>.</summary>
    public const int LogQueueMax = 16_384;

    /// <summary>Appends in one transaction of the log writer.</summary>
    public const int LogBatchMax = 512;

    /// <summary>Messages after which the log writer takes no further append into a transaction: at most 50 MB of text.</summary>
    public const int LogBatchMessagesMax = 4_096;

    /// <summary>Newest answered questions that a store's reply figures are computed from.</summary>
    public const int ReplySampleMax = 10_000;

    /// <summary>Pushes that may wait for one front end in one process; older than that are dropped with a resync.</summary>
    public const int FrontQueueMax = 16_384;

    /// <summary>Pushes in one call to a front end.</summary>
    public const int FrontBatchMax = 512;

    /// <summary>Pushes that may wait in a conversation for one member; more turn into one resync.</summary>
    public const int MemberQueueMax = 1_024;

    /// <summary>Front ends one user or store may be connected to at once.</summary>
    public const int FrontsPerPrincipalMax = 64;

    /// <summary>Front ends that may watch one store.</summary>
    public const int FrontsPerWatchMax = 1_024;

    /// <summary>Agents of one store.</summary>
    public const int AgentsPerStoreMax = 200;

    /// <summary>Stores one user may work for.</summary>
    public const int StoresPerUserMax = 50;

    /// <summary>Signed-in sessions of one user; the oldest is ended beyond that.</summary>
    public const int SessionsPerUserMax = 50;

    /// <summary>Lines of one order.</summary>
    public const int OrderLinesMax = 50;

    /// <summary>Pieces of one line.</summary>
    public const int OrderQuantityMax = 1_000;

    /// <summary>Highest price of a piece, in minor units: an order's total stays exact in a JavaScript number.</summary>
    public const long PriceMinorMax = 10_000_000_000;

    /// <summary>Parcels of one order.</summary>
    public const int OrderParcelsMax = 50;

    /// <summary>Refunds a seller may grant on one order; a cancellation may add one.</summary>
    public const int OrderRefundsMax = 20;

    /// <summary>Requests to cancel one order.</summary>
    public const int OrderCancellationsMax = 5;

    /// <summary>A buyer's words in a request to cancel, in code points.</summary>
    public const int OrderNoteCodePointsMax = 500;

    /// <summary>Shortest tracking number.</summary>
    public const int TrackingCharsMin = 5;

    /// <summary>Longest tracking number.</summary>
    public const int TrackingCharsMax = 40;

    /// <summary>Longest name of a carrier, in code points.</summary>
    public const int CarrierCodePointsMax = 40;

    /// <summary>Orders in one page of a list.</summary>
    public const int OrdersPageMax = 50;

    /// <summary>Shards that stored orders are divided into, once and for ever; each sweeper takes several.</summary>
    public const int DeadlineShardsMax = 64;

    /// <summary>Sweepers of deadlines in a cluster; divides <see cref="DeadlineShardsMax"/>.</summary>
    public const int DeadlineSweepers = 4;

    /// <summary>Due orders one sweeper reads at once.</summary>
    public const int DeadlinePageMax = 256;

    /// <summary>Due orders one sweeper calls at the same time: enough that calls to a silo that has died leave some for the others.</summary>
    public const int DeadlineCallsMax = 32;

    /// <summary>Ratings of stores that may wait for the writer of a process; more are refused with <see cref="ErrorCode.Busy"/>.</summary>
    public const int RatingQueueMax = 16_384;

    /// <summary>Ratings in one transaction.</summary>
    public const int RatingBatchMax = 1_024;

    /// <summary>Conversations looked up in one query.</summary>
    public const int LookupBatchMax = 256;

    /// <summary>Look-ups of one kind that may wait in a process; more fail as if the database did not answer.</summary>
    public const int LookupQueueMax = 65_536;

    /// <summary>States of grains that one query reads, or one transaction writes.</summary>
    public const int StateBatchMax = 256;

    /// <summary>Reads and, apart from them, writes of grains' states that may wait in a process; more fail as if the database did not answer.</summary>
    public const int StateQueueMax = 65_536;

    /// <summary>Processes the board of the cluster shows.</summary>
    public const int BoardProcessesMax = 256;

    /// <summary>Samples of its load each process keeps and reports: five minutes, one every five seconds.</summary>
    public const int BoardSamplesMax = 60;

    /// <summary>Entries of each list in a process's report: conversations, waiting clients, clients cut, codes.</summary>
    public const int BoardListMax = 20;

    /// <summary>Conversations a front end counts at once to find the hottest.</summary>
    public const int HotCountedMax = 1_024;

    /// <summary>Longest text of a review, a follow-up, a reply or a caption, in code points.</summary>
    public const int ReviewTextCodePointsMax = 3_000;

    /// <summary>Captions in one text of a review.</summary>
    public const int ReviewCaptionsMax = 10;

    /// <summary>Replies of a store to one review: all but the last were rejected by a moderator.</summary>
    public const int ReviewRepliesMax = 5;

    /// <summary>Reviews in one page of a list.</summary>
    public const int ReviewsPageMax = 50;

    /// <summary>Held words in one page of the queue of moderators.</summary>
    public const int HeldPageMax = 50;

    /// <summary>Held words are counted exactly up to this; the value itself means "this many or more".</summary>
    public const int HeldMax = 999;

    /// <summary>A moderator's words to an author, in code points.</summary>
    public const int ModerationNoteCodePointsMax = 500;

    /// <summary>Longest display name, in code points.</summary>
    public const int DisplayNameCodePointsMax = 60;
}
