using Microsoft.Data.Sqlite;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Opens connections with the settings that everything else relies on.</summary>
internal static class DatabaseConnections
{
    static DatabaseConnections() => SQLitePCL.Batteries_V2.Init();

    public static SqliteConnection OpenWriter(string path, StorageDurability durability) => Open(path, SqliteOpenMode.ReadWriteCreate, connection =>
    {
        // Only an empty file takes this one, and only before anything else is written.
        Run(connection, "PRAGMA auto_vacuum = INCREMENTAL");
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "PRAGMA journal_mode = WAL";
            if (command.ExecuteScalar() is not "wal")
            {
                throw new StorageException(
                    StorageProblem.NoAccess, $"expected a file system with shared memory for '{path}', found none: choose a local directory with --data");
            }
        }

        Run(connection, durability == StorageDurability.PowerLoss ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        Run(connection, "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000");
    });

    // Not Mode=ReadOnly: a reader of a write-ahead log takes part in its shared memory. The pragma keeps it from writing rows.
    public static SqliteConnection OpenReader(string path) => Open(
        path, SqliteOpenMode.ReadWrite, static connection => Run(connection, "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192"));

    private static SqliteConnection Open(string path, SqliteOpenMode mode, Action<SqliteConnection> prepare)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();
            prepare(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
