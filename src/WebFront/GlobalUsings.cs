// Orleans has a public ErrorCode of its own; in this project the word always means ours.
global using ErrorCode = Chat.Grains.Shared.ErrorCode;
