using System.Globalization;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Brings a database file to the schema of this program, one step per transaction.</summary>
internal static class SchemaMigrator
{
    /// <summary>Takes the steps that the file has not taken yet; answers the versions before and after.</summary>
    /// <exception cref="StorageException">The file is newer or not ours.</exception>
    public static (int Found, int Now) Migrate(DatabaseSession session, string path, IReadOnlyList<string> migrations)
    {
        var found = ReadVersion(session, path, migrations.Count);
        for (var version = found; version < migrations.Count; version++)
        {
            Run(session, "BEGIN IMMEDIATE");
            try
            {
                Run(session, migrations[version]);
                Run(session, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {Schema.ApplicationId}; PRAGMA user_version = {version + 1}"));
                Run(session, "COMMIT");
            }
            catch
            {
                Run(session, "ROLLBACK");
                throw;
            }
        }

        return (found, migrations.Count);
    }

    /// <summary>Makes sure that the file has exactly this program's schema, without changing it.</summary>
    /// <exception cref="StorageException">It has not.</exception>
    public static void Check(DatabaseSession session, string path, int known)
    {
        var found = ReadVersion(session, path, known);
        if (found < known)
        {
            throw new StorageException(
                StorageProblem.Other, $"'{path}' has schema {found}, expected {known}: run 'serve' on it once, which brings it up to date");
        }
    }

    private static int ReadVersion(DatabaseSession session, string path, int known)
    {
        var application = (long)session.Scalar("PRAGMA application_id")!;
        var found = (int)(long)session.Scalar("PRAGMA user_version")!;
        var tables = (long)session.Scalar("SELECT COUNT(*) FROM sqlite_master")!;
        if (application != Schema.ApplicationId && (application != 0 || found != 0 || tables != 0))
        {
            throw new StorageException(
                StorageProblem.NotOurs, $"'{path}' is a database of another program: choose another directory with --data");
        }

        return found <= known
            ? found
            : throw new StorageException(
                StorageProblem.NewerSchema, $"'{path}' was written by a newer version (schema {found}, this one knows {known}): update, or choose another directory with --data");
    }

    private static void Run(DatabaseSession session, string sql)
    {
        using var command = session.Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
