# Two images from one build: the silo (default) and, without anything of Orleans, the standalone host (--target standalone).
#   docker build --build-arg REVISION=$(git rev-parse HEAD) -t orleans-market .
ARG DOTNET=10.0

# What a restore needs and nothing else, so that the packages stay cached while only code changes.
FROM mcr.microsoft.com/dotnet/sdk:${DOTNET} AS projects
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Directory.Build.props src/
COPY eng/BannedSymbols.txt eng/
COPY src/OrleansMarket.Domain/OrleansMarket.Domain.csproj src/OrleansMarket.Domain/
COPY src/OrleansMarket.Feeds/OrleansMarket.Feeds.csproj src/OrleansMarket.Feeds/
COPY src/OrleansMarket.Sinks/OrleansMarket.Sinks.csproj src/OrleansMarket.Sinks/
COPY src/OrleansMarket.Web/OrleansMarket.Web.csproj src/OrleansMarket.Web/

FROM projects AS standalone-build
ARG REVISION=unknown
COPY src/OrleansMarket.Standalone/OrleansMarket.Standalone.csproj src/OrleansMarket.Standalone/
RUN dotnet restore src/OrleansMarket.Standalone
COPY src/ src/
RUN dotnet publish src/OrleansMarket.Standalone --no-restore -c Release -o /out/app -p:SourceRevisionId=${REVISION} && mkdir /out/data

FROM projects AS silo-build
ARG REVISION=unknown
# --build-arg EventHubs=false: a silo without Event Hubs, where its packages do not restore. The build reads it as a property.
ARG EventHubs=true
COPY src/OrleansMarket.Contracts/OrleansMarket.Contracts.csproj src/OrleansMarket.Contracts/
COPY src/OrleansMarket.Grains/OrleansMarket.Grains.csproj src/OrleansMarket.Grains/
COPY src/OrleansMarket.Streams.EventHubs/OrleansMarket.Streams.EventHubs.csproj src/OrleansMarket.Streams.EventHubs/
COPY src/OrleansMarket.Silo/OrleansMarket.Silo.csproj src/OrleansMarket.Silo/
RUN dotnet restore src/OrleansMarket.Silo
COPY src/ src/
RUN dotnet publish src/OrleansMarket.Silo --no-restore -c Release -o /out/app -p:SourceRevisionId=${REVISION} && mkdir /out/data

# No shell, no package manager, not root. The root file system may be read-only: only /data and /tmp are written.
FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET}-noble-chiseled AS runtime
ARG REVISION=unknown
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="OrleansMarket" \
      org.opencontainers.image.description="Crypto market monitor: every trade counted once, every alert worth reading" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV ASPNETCORE_URLS=http://+:8080 ASPNETCORE_HTTP_PORTS=
# Data is kept in "data" below the working directory: /data.
WORKDIR /
USER 1654
EXPOSE 8080

FROM runtime AS standalone
COPY --from=standalone-build /out/app /app
COPY --from=standalone-build --chown=1654:1654 /out/data /data
VOLUME /data
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 CMD ["dotnet", "/app/OrleansMarket.Standalone.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "/app/OrleansMarket.Standalone.dll"]
CMD ["serve"]

FROM runtime AS silo
EXPOSE 11111 30000
COPY --from=silo-build /out/app /app
COPY --from=silo-build --chown=1654:1654 /out/data /data
VOLUME /data
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 CMD ["dotnet", "/app/OrleansMarket.Silo.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "/app/OrleansMarket.Silo.dll"]
CMD ["serve"]
