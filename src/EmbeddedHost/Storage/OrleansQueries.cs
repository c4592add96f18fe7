using System.Data;
using System.Data.Common;

namespace Chat.EmbeddedHost.Storage;

/// <summary>
/// Runs the texts of the table <c>OrleansQuery</c> as Orleans' ADO.NET providers do: one connection and one command each
/// time, parameters by name, all rows of all results together. So both hosts can work on one database. Leaves the
/// caller's scheduler: the driver's steps are no turns of a grain.
/// </summary>
internal sealed class OrleansQueries(DbDataSource database)
{
    private volatile Dictionary<string, string>? texts;

    public async Task<List<TRow>> Run<TRow>(string key, Func<DbDataReader, TRow> read, params (string Name, DbType Type, object? Value)[] parameters)
    {
        var connection = await database.OpenConnectionAsync().ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var known = texts ??= await ReadTexts(connection).ConfigureAwait(false);
        var command = connection.CreateCommand();
        await using var disposing = command.ConfigureAwait(false);
        command.CommandText = known.TryGetValue(key, out var text)
            ? text
            : throw new InvalidOperationException($"The table OrleansQuery has no {key}.");
        foreach (var (name, type, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.DbType = type;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        var rows = new List<TRow>();
        var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await using var ending = reader.ConfigureAwait(false);
        do
        {
            while (await reader.ReadAsync().ConfigureAwait(false))
            {
                rows.Add(read(reader));
            }
        }
        while (await reader.NextResultAsync().ConfigureAwait(false));
        return rows;
    }

    private static async Task<Dictionary<string, string>> ReadTexts(DbConnection connection)
    {
        var command = connection.CreateCommand();
        await using var disposing = command.ConfigureAwait(false);
        command.CommandText = "SELECT QueryKey, QueryText FROM OrleansQuery";
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await using var ending = reader.ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            read.Add(reader.GetString(0), reader.GetString(1));
        }

        return read;
    }
}
