using System.Net;
using System.Net.Sockets;
using Chat.Grains;
using Chat.Grains.Storage;
using Chat.Grains.Tests.Storage;
using Chat.Silo;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Chat.Cluster.Tests;

/// <summary>What a silo refuses to start with.</summary>
public sealed class SiloStartTests
{
    [SkippedWithoutPostgresFact]
    public async Task Two_silos_cannot_share_a_port()
    {
        await using var database = await TestDatabase.Create(DatabaseKind.Postgres);
        var (siloPort, gatewayPort, other) = (FreePorts.Next(), FreePorts.Next(), FreePorts.Next());
        using var first = Build(database.Options, Ports(siloPort, gatewayPort));
        await first.StartAsync();
        using var second = Build(database.Options, Ports(other, gatewayPort));

        var refusal = await Assert.ThrowsAsync<OrleansConfigurationException>(() => second.StartAsync());

        Assert.Contains("Chat:Silo:GatewayPort", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(gatewayPort.ToString(System.Globalization.CultureInfo.InvariantCulture), refusal.Message, StringComparison.Ordinal);
        await first.StopAsync();
    }

    [SkippedWithoutPostgresFact]
    public async Task Silo_does_not_take_a_port_that_another_program_listens_on()
    {
        await using var database = await TestDatabase.Create(DatabaseKind.Postgres);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // As Orleans' own listeners do it: this is what makes sharing a port possible at all.
        other.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        using var silo = Build(database.Options, Ports(((IPEndPoint)other.LocalEndPoint!).Port, FreePorts.Next()));

        var refusal = await Assert.ThrowsAsync<OrleansConfigurationException>(() => silo.StartAsync());

        Assert.Contains("Chat:Silo:SiloPort", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_bad_setting_is_named()
    {
        var options = new ChatDatabaseOptions { Provider = ChatDatabaseProvider.Postgres, ConnectionString = "Host=127.0.0.1" };
        using var silo = Build(options, new()
        {
            ["Chat:Silo:SiloPort"] = "0",
            ["Chat:Silo:GatewayPort"] = "70000",
            ["Chat:Silo:AdvertisedIP"] = "somewhere",
            ["Chat:Silo:ClusterId"] = " ",
        });

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => silo.StartAsync());

        Assert.Equal(4, refusal.Failures.Count());
        Assert.All(
            ["SiloPort", "GatewayPort", "AdvertisedIP", "ClusterId"],
            setting => Assert.Contains($"Chat:Silo:{setting}", refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fast_clock_by_one_setting_is_refused()
    {
        var options = new ChatDatabaseOptions { Provider = ChatDatabaseProvider.Postgres, ConnectionString = "Host=127.0.0.1" };
        using var silo = Build(options, new() { ["Chat:Rehearsal:ClockSpeed"] = "100" });

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => silo.StartAsync());

        Assert.Contains("Chat:Rehearsal is set in part", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_on_SQLite_is_refused()
    {
        var directory = Directory.CreateTempSubdirectory("chat-cluster-");
        var options = new ChatDatabaseOptions { ConnectionString = $"Data Source={directory.FullName}/chat.db" };
        using var silo = Build(options, Ports(FreePorts.Next(), FreePorts.Next()));

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => silo.StartAsync());

        Assert.Contains("PostgreSQL", refusal.Message, StringComparison.Ordinal);
        directory.Delete(recursive: true);
    }

    private static Dictionary<string, string?> Ports(int silo, int gateway) => new()
    {
        ["Chat:Silo:SiloPort"] = silo.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Chat:Silo:GatewayPort"] = gateway.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Chat:Silo:AdvertisedIP"] = "127.0.0.1",
    };

    private static IHost Build(ChatDatabaseOptions database, Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddChatGrains(builder.Configuration);
        builder.Services.AddChatStorage();
        builder.Services.Configure<ChatDatabaseOptions>(options =>
        {
            options.Provider = database.Provider;
            options.ConnectionString = database.ConnectionString;
        });
        builder.UseOrleans(silo => silo.UseChatSilo(builder.Configuration, SiloClustering.Database));
        return builder.Build();
    }
}
