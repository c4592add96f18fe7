using System.Security.Cryptography;
using Chat.Bench.SignalR;
using Npgsql;

// Chat.Bench.SignalR PORT insert|group PUBLIC_KEY_PEM; the connection string is in the environment (BENCH_POSTGRES).
var key = ECDsa.Create();
key.ImportFromPem(await File.ReadAllTextAsync(args[2]));
var connection = new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable("BENCH_POSTGRES"))
{
    MaxPoolSize = 64,
    MaxAutoPrepare = 10,
    AutoPrepareMinUsages = 2,
};
await using var database = NpgsqlDataSource.Create(connection);
await MessageStore.CreateTable(database);

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture)));
builder.Services.AddSingleton(new TokenReader(key));
builder.Services.AddSingleton(database);
if (args[1] == "group")
{
    builder.Services.AddSingleton<IMessageStore, GroupStore>();
}
else
{
    builder.Services.AddSingleton<IMessageStore, InsertStore>();
}

// The same number of parallel calls as ours allows: a busy shop's connection must not be served one message at a time.
builder.Services.AddSignalR(signalR => signalR.MaximumParallelInvocationsPerClient = 64);
var app = builder.Build();
app.UseMiddleware<SignIn>();
app.MapHub<MessageHub>("/hub", hub => hub.Transports = Microsoft.AspNetCore.Http.Connections.HttpTransportType.WebSockets);
await app.RunAsync();
