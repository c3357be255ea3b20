using System.Diagnostics;
using System.Globalization;

namespace OrleansMarket.TestKit.Redis;

/// <summary>Looks at a Redis as an operator does: with redis-cli, which lies beside redis-server.</summary>
/// <param name="server">The Redis.</param>
public sealed class RedisCli(RedisServer server)
{
    private static string Program => Path.Combine(Path.GetDirectoryName(Environment.GetEnvironmentVariable(NeedsFactAttribute.Redis))!, "redis-cli");

    /// <summary>What a command prints; empty for nil.</summary>
    public async Task<string> AskAsync(params string[] command)
    {
        using var process = Start(command);
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text.Trim();
    }

    /// <summary>Subscribes to a channel and collects what is told there until disposed of.</summary>
    public async Task<Subscriber> SubscribeAsync(string channel)
    {
        var process = Start("SUBSCRIBE", channel);
        for (var line = 0; line < 3; line++)
        {
            await process.StandardOutput.ReadLineAsync(); // subscribe, the channel, 1
        }

        return new Subscriber(process);
    }

    private Process Start(params string[] command) => Process.Start(
        new ProcessStartInfo(Program, ["-p", server.Port.ToString(CultureInfo.InvariantCulture), .. command]) { RedirectStandardOutput = true, RedirectStandardInput = true })
        ?? throw new InvalidOperationException("expected redis-cli to start");

    /// <summary>A subscriber of one channel.</summary>
    public sealed class Subscriber : IDisposable
    {
        private readonly Process _process;

        internal Subscriber(Process process) => _process = process;

        /// <summary>The next message.</summary>
        public async Task<string> NextAsync()
        {
            await _process.StandardOutput.ReadLineAsync(); // message
            await _process.StandardOutput.ReadLineAsync(); // the channel
            return await _process.StandardOutput.ReadLineAsync() ?? throw new EndOfStreamException("expected a message, but redis-cli ended");
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _process.Kill();
            _process.Dispose();
        }
    }
}
