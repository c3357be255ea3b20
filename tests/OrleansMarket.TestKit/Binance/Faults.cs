using System.Collections.Concurrent;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.TestKit.Binance;

/// <summary>What is wrong with the fake exchange. Everything may be changed at any time from any thread.</summary>
public sealed class Faults
{
    private readonly Lock _gate = new();
    private readonly List<(Symbol Symbol, IdRange Ids)> _dropped = [];
    private readonly List<RestFault> _restFaults = [];
    private int _laggingAnswers;
    private int _lagKlineTrades;
    private int _laggingKlines;

    /// <summary>Gets or sets whether the main hosts answer 451 to everything, as in a restricted location; the market-data hosts do not.</summary>
    public bool Restricted { get; set; }

    /// <summary>Gets or sets whether new stream connections are refused with 503.</summary>
    public bool RefuseStreams { get; set; }

    /// <summary>Gets or sets whether <c>historicalTrades</c> is absent from the main host too.</summary>
    public bool HideHistoricalTrades { get; set; }

    /// <summary>Gets or sets whether subscriptions are accepted without an answer.</summary>
    public bool SwallowAcknowledgements { get; set; }

    /// <summary>Gets or sets the trouble that published frames meet.</summary>
    public Mischief? Mischief { get; set; }

    /// <summary>Gets the streams that a subscription forgets although it acknowledged them.</summary>
    public ConcurrentDictionary<string, bool> ForgottenStreams { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets how many of the newest trades <c>historicalTrades</c> and <c>aggTrades</c> do not know yet.</summary>
    public int LagTrades { get; private set; }

    /// <summary>Never sends these trades on the stream; REST has them.</summary>
    public void Drop(Symbol symbol, IdRange ids)
    {
        lock (_gate)
        {
            _dropped.Add((symbol, ids));
        }
    }

    /// <summary>Lets the database behind <c>historicalTrades</c> and <c>aggTrades</c> lag for the next answers.</summary>
    public void Lag(int trades, int answers = int.MaxValue)
    {
        lock (_gate)
        {
            (LagTrades, _laggingAnswers) = (trades, answers);
        }
    }

    /// <summary>Lets <c>klines</c> lack the newest trades for the next answers.</summary>
    public void LagKlines(int trades, int answers = int.MaxValue)
    {
        lock (_gate)
        {
            (_lagKlineTrades, _laggingKlines) = (trades, answers);
        }
    }

    /// <summary>Answers the next requests with a status and its documented body.</summary>
    /// <param name="status">429, 418, 503, 500, 403, …</param>
    /// <param name="times">How many requests.</param>
    /// <param name="retryAfter">The header; <see langword="null"/> for none.</param>
    /// <param name="path">Only requests whose path ends so (<c>aggTrades</c>); <see langword="null"/> for all.</param>
    /// <param name="body">Another body than the documented one.</param>
    public void FailRequests(int status, int times = 1, TimeSpan? retryAfter = null, string? path = null, string? body = null)
    {
        lock (_gate)
        {
            _restFaults.Add(new RestFault(status, times, retryAfter, path, body));
        }
    }

    /// <summary>Answers every request again; other faults stay.</summary>
    public void AnswerRequests()
    {
        lock (_gate)
        {
            _restFaults.Clear();
        }
    }

    /// <summary>Forgets every fault.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _dropped.Clear();
            _restFaults.Clear();
            (LagTrades, _laggingAnswers) = (0, 0);
            (_lagKlineTrades, _laggingKlines) = (0, 0);
        }

        ForgottenStreams.Clear();
        (Restricted, RefuseStreams, HideHistoricalTrades, SwallowAcknowledgements, Mischief) = (false, false, false, false, null);
    }

    internal bool Drops(Symbol symbol, long id)
    {
        lock (_gate)
        {
            return _dropped.Exists(drop => drop.Symbol == symbol && drop.Ids.First <= id && id <= drop.Ids.Last);
        }
    }

    internal int TakeLag()
    {
        lock (_gate)
        {
            if (_laggingAnswers == 0)
            {
                return LagTrades = 0;
            }

            _laggingAnswers -= _laggingAnswers == int.MaxValue ? 0 : 1;
            return LagTrades;
        }
    }

    internal int TakeKlineLag()
    {
        lock (_gate)
        {
            if (_laggingKlines == 0)
            {
                return 0;
            }

            _laggingKlines -= _laggingKlines == int.MaxValue ? 0 : 1;
            return _lagKlineTrades;
        }
    }

    internal RestFault? TakeRestFault(string path)
    {
        lock (_gate)
        {
            var index = _restFaults.FindIndex(fault => fault.Path is null || path.EndsWith(fault.Path, StringComparison.Ordinal));
            if (index < 0)
            {
                return null;
            }

            var fault = _restFaults[index];
            if (fault.Times <= 1)
            {
                _restFaults.RemoveAt(index);
            }
            else
            {
                _restFaults[index] = fault with { Times = fault.Times - 1 };
            }

            return fault;
        }
    }

    internal sealed record RestFault(int Status, int Times, TimeSpan? RetryAfter, string? Path, string? Body);
}
