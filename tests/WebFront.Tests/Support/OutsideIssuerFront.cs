namespace Chat.WebFront.Tests.Support;

/// <summary>A front whose people sign in with tokens of an outside issuer. New for each test.</summary>
public abstract class OutsideIssuerFront : IAsyncLifetime
{
    private readonly Data _data = new();

    private protected OutsideIssuer Issuer { get; private set; } = null!;

    private protected Front Front { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Issuer = await OutsideIssuer.Start();
        Front = await Front.Start(_data, $"--Chat:Auth:Authority={Issuer.Address}", $"--Chat:Auth:Audience={OutsideIssuer.Audience}");
    }

    public async Task DisposeAsync()
    {
        await Front.DisposeAsync();
        await Issuer.DisposeAsync();
        _data.Dispose();
    }
}
