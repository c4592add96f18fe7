using Chat.Grains.Storage;
using Chat.Silo;
using Chat.WebFront.Hosting;
using Microsoft.Extensions.Options;

if (args.Contains(HealthProbe.Switch))
{
    return await HealthProbe.Run(HealthProbe.PortOf(Environment.GetEnvironmentVariable("ASPNETCORE_URLS"), otherwise: 5080));
}

await using var app = FrontProgram.Build(args);
try
{
    await FrontProgram.Prepare(app);
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException wrong)
{
    foreach (var failure in wrong.Failures)
    {
        await Console.Error.WriteLineAsync($"Setting refused: {failure}");
    }

    return FrontProgram.RefusedSettings;
}
catch (UnsafeDatabaseException unsafeDatabase)
{
    await Console.Error.WriteLineAsync($"Database refused: {unsafeDatabase.Message}");
    return FrontProgram.RefusedSettings;
}
