# A front: serves browsers, as a client of silos (Chat__Mode=Front) or with a silo inside (Chat__Mode=Node). Built from the
# root of the repository:
#   docker build -f docker/front.Dockerfile -t chat-front .
FROM node:22-bookworm-slim AS client
WORKDIR /source/src/WebFront/client
COPY src/WebFront/client/package.json src/WebFront/client/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY src/WebFront/client/ ./
RUN npm run build

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json .editorconfig Directory.Build.props Directory.Build.targets Directory.Packages.props Directory.Solution.targets ./
COPY build/ build/
COPY src/Grains/Grains.csproj src/Grains/
COPY src/Silo/Silo.csproj src/Silo/
COPY src/WebFront/WebFront.csproj src/WebFront/Client.targets src/WebFront/
RUN dotnet restore src/WebFront -p:GrainHost=Orleans --use-current-runtime -p:PublishReadyToRun=true
COPY src/Grains/ src/Grains/
COPY src/Silo/ src/Silo/
COPY src/WebFront/ src/WebFront/
# The client comes from the stage above.
# Ahead of time, for the kind of machine that this runs on: a process that was just started is asked for much at once.
RUN dotnet publish src/WebFront -c Release -p:GrainHost=Orleans -p:SkipClient=true --no-restore \
    --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /published ./
COPY --from=client /source/src/WebFront/wwwroot/ ./wwwroot/
USER $APP_UID
ENV ASPNETCORE_URLS=http://+:5080 \
    Chat__Mode=Front \
    Chat__Database__Provider=Postgres
EXPOSE 5080 11111 30000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["dotnet", "Chat.WebFront.dll", "--health"]
ENTRYPOINT ["dotnet", "Chat.WebFront.dll"]
