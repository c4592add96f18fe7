using Chat.Silo;
using Chat.WebFront.Hosting;

return args.Contains(HealthProbe.Switch)
    ? await HealthProbe.Run(HealthProbe.PortOf(Environment.GetEnvironmentVariable("ASPNETCORE_URLS"), otherwise: 5080))
    : await FrontProgram.Run(args);
