using Chat.Grains;
using Chat.Silo;
using Chat.Silo.Telemetry;
using Chat.WebFront.Options;

namespace Chat.WebFront.Hosting;

/// <summary>Where the grains live: in this process, or in silos elsewhere.</summary>
internal static class GrainHosting
{
    /// <summary>The grain host of this build, for people.</summary>
    public const string Name = "Orleans";

    /// <summary>Why this build cannot be what the settings ask for, or null: it can be everything.</summary>
    public static string? Refusal(HostMode mode) => Enum.IsDefined(mode) ? null : $"Chat:Mode {mode} is unknown.";

    public static void AddGrains(this WebApplicationBuilder builder, HostMode mode)
    {
        if (mode == HostMode.Front)
        {
            builder.Services.AddChatPolicy(builder.Configuration);
            builder.UseOrleansClient(client => client.UseChatClient(builder.Configuration));
            return;
        }

        var clustering = mode == HostMode.Node ? SiloClustering.Database : SiloClustering.SingleProcess;
        builder.Services.AddChatGrains(builder.Configuration);
        builder.UseOrleans(silo =>
        {
            silo.UseChatSilo(builder.Configuration, clustering);
            if (mode == HostMode.Node)
            {
                silo.PlaceGrainsNearby();
            }
        });

        builder.Logging.QuietOrleans();
    }
}
