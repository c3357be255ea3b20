using Microsoft.Data.Sqlite;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>One connection with its prepared statements and what it knows of symbol numbers. Used by one thread at a time.</summary>
internal sealed class DatabaseSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private readonly Dictionary<Symbol, long> _numbers = [];

    /// <summary>Numbers given inside the running transaction; they count only once it is committed.</summary>
    private readonly Dictionary<Symbol, long> _newNumbers = [];

    public SqliteConnection Connection => connection;

    /// <summary>The prepared statement of a text with parameters ?1, ?2, … Prepared once per connection.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements.Add(sql, statement = new Statement(connection, sql));
        }

        return statement;
    }

    public int Execute(string sql, params ReadOnlySpan<object?> values) => Prepare(sql).Execute(values);

    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Prepare(sql).Scalar(values);

    /// <summary>The number that stands for a symbol in every table; given on first use.</summary>
    public long NumberOf(Symbol symbol)
    {
        if (FindNumber(symbol) is { } known)
        {
            return known;
        }

        Execute("INSERT INTO symbols (name) VALUES (?1)", symbol.Value);
        var number = (long)Scalar("SELECT last_insert_rowid()")!;
        _newNumbers[symbol] = number;
        return number;
    }

    /// <summary>The number of a symbol, or <see langword="null"/> when it was never stored.</summary>
    public long? FindNumber(Symbol symbol)
    {
        if (_numbers.TryGetValue(symbol, out var number) || _newNumbers.TryGetValue(symbol, out number))
        {
            return number;
        }

        if (Scalar("SELECT number FROM symbols WHERE name = ?1", symbol.Value) is not long found)
        {
            return null;
        }

        // A row written earlier in the running transaction may still be rolled back.
        _newNumbers[symbol] = found;
        return found;
    }

    public void Committed()
    {
        foreach (var (symbol, number) in _newNumbers)
        {
            _numbers[symbol] = number;
        }

        _newNumbers.Clear();
    }

    public void RolledBack() => _newNumbers.Clear();

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }
}
