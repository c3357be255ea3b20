using System.Diagnostics;
using System.Globalization;
using OrleansMarket.TestKit.Processes;

namespace OrleansMarket.TestKit.Redis;

/// <summary>A real Redis of its own on loopback, durable as one in production, that can be stopped and started again on the same data.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly ProcessLog _log = new();
    private readonly string _fsync;
    private Process? _process;

    private RedisServer(string fsync) => _fsync = fsync;

    /// <summary>Gets the port; the same after a restart.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Gets what a client connects to.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Gets whether it runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Gets the folder of its files.</summary>
    public string Folder => _data.Path;

    /// <summary>Gets or sets whether it keeps an append-only file, from the next start on.</summary>
    public bool IsAppendOnly { get; set; } = true;

    /// <summary>Chooses a port and a folder; nothing runs yet.</summary>
    public static RedisServer Prepare(string fsync) => new(fsync);

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="fsync">always or everysec.</param>
    /// <param name="password">A password that clients must give, or <see langword="null"/>.</param>
    /// <param name="certificates">What it encrypts with, or <see langword="null"/> for no encryption.</param>
    public static async Task<RedisServer> StartAsync(string fsync = "always", string? password = null, RedisCertificates? certificates = null)
    {
        var server = new RedisServer(fsync) { Password = password, Certificates = certificates };
        await server.StartAsync();
        return server;
    }

    /// <summary>Gets the password that clients must give, if any.</summary>
    public string? Password { get; init; }

    /// <summary>Gets what it encrypts with, if it does.</summary>
    public RedisCertificates? Certificates { get; init; }

    /// <summary>Starts it, on the data it had, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        List<string> arguments =
        [
            Certificates is null ? "--port" : "--tls-port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _data.Path, "--save", "", "--appendonly", IsAppendOnly ? "yes" : "no",
            "--appendfsync", _fsync,
        ];
        if (Certificates is not null)
        {
            arguments.AddRange(
            [
                "--port", "0", "--tls-cert-file", Certificates.CertificateFile, "--tls-key-file", Certificates.KeyFile, "--tls-ca-cert-file", Certificates.AuthorityFile,
                "--tls-auth-clients", "no",
            ]);
        }

        if (Password is not null)
        {
            arguments.AddRange(["--requirepass", Password]);
        }

        _process?.Dispose();
        _process = _log.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable(NeedsFactAttribute.Redis)!, arguments));
        await Eventually.BecomesTrueAsync(AnswersAsync, $"redis-server answers at {Address}");
    }

    /// <summary>Kills it; what it had written stays.</summary>
    public async Task StopAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        _data.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient();
            await client.ConnectAsync(System.Net.IPAddress.Loopback, Port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return _process!.HasExited ? throw new InvalidOperationException($"expected redis-server to run, found exit code {_process.ExitCode}\n{_log.Text}") : false;
        }
    }
}
