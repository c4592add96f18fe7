# A silo: hosts grains, serves no browsers. Built from the root of the repository:
#   docker build -f docker/silo.Dockerfile -t chat-silo .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
# What a restore reads comes first, so that a change of code alone does not download packages again.
COPY global.json .editorconfig Directory.Build.props Directory.Build.targets Directory.Packages.props Directory.Solution.targets ./
COPY build/ build/
COPY src/Grains/Grains.csproj src/Grains/
COPY src/Silo/Silo.csproj src/Silo/
RUN dotnet restore src/Silo -p:GrainHost=Orleans --use-current-runtime -p:PublishReadyToRun=true
COPY src/Grains/ src/Grains/
COPY src/Silo/ src/Silo/
# Ahead of time, for the kind of machine that this runs on: a process that was just started is asked for much at once.
RUN dotnet publish src/Silo -c Release -p:GrainHost=Orleans --no-restore \
    --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /published ./
# The image's own unprivileged user.
USER $APP_UID
ENV Chat__Database__Provider=Postgres \
    Chat__Silo__SiloPort=11111 \
    Chat__Silo__GatewayPort=30000 \
    Chat__Silo__HealthPort=8081
EXPOSE 11111 30000 8081
# The image has neither curl nor wget: the program asks itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["dotnet", "Chat.Silo.dll", "--health"]
ENTRYPOINT ["dotnet", "Chat.Silo.dll"]
