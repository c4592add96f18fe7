using Chat.Grains.Storage;
using Chat.WebFront.Hosting;
using Microsoft.Extensions.Options;

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
