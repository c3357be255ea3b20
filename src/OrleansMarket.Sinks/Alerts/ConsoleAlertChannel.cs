using OrleansMarket.Domain.Alerts;

namespace OrleansMarket.Sinks.Alerts;

/// <summary>Writes alerts to the terminal, a line each.</summary>
/// <param name="output">Where to; its other users are other threads, so each message is one write.</param>
public sealed class ConsoleAlertChannel(TextWriter output) : IAlertChannel
{
    private const int MaxLines = 20;

    /// <inheritdoc/>
    public string Name => "console";

    /// <inheritdoc/>
    public TimeSpan MinInterval => TimeSpan.Zero;

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(OutboxEntry entry, OutboxEntry? first, CancellationToken cancellationToken)
    {
        try
        {
            await output.WriteAsync(Compose(entry).AsMemory(), cancellationToken).ConfigureAwait(false);
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            return new(DeliveryStatus.Delivered);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return new(DeliveryStatus.GiveUp, Reason: "the terminal is gone");
        }
    }

    private static string Compose(OutboxEntry entry)
    {
        var message = entry.Message;
        var lines = new List<string>();
        var mark = $"alert {Domain.WireName.Of(message.Severity)}{(entry.PossibleRepeat ? " (possible repeat)" : "")}";
        if (message.Transitions.Count == 1 && message.Kind != OutboxKind.Digest)
        {
            lines.Add($"{mark} {AlertText.Verb(message.Transitions[0])} {message.RuleName}: {AlertText.Line(message.Signal, message.Transitions[0])}");
        }
        else
        {
            lines.Add($"{mark} {AlertText.Headline(message)}");
            lines.AddRange(message.Transitions.Take(MaxLines).Select(transition => $"  {AlertText.Line(message.Signal, transition)}"));
            if (message.Transitions.Count + message.NotListed > MaxLines)
            {
                lines.Add($"  and {message.Transitions.Count + message.NotListed - Math.Min(MaxLines, message.Transitions.Count)} more, all in the alert log");
            }
        }

        if (AlertText.Corrects(message) is { } corrects)
        {
            lines.Add($"  {corrects}");
        }

        // Names come from people and symbols from the exchange: neither may steer a terminal.
        return string.Join('\n', lines.Select(line => string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c)))) + "\n";
    }
}
