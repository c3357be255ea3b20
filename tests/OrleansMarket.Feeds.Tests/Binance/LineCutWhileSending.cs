using System.Net.Sockets;

namespace OrleansMarket.Feeds.Tests.Binance;

/// <summary>A line to the exchange that is dropped once while the first message is under way: its sending ends as cancelled, though nobody asked for that.</summary>
internal sealed class LineCutWhileSending : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private int _lines;

    public LineCutWhileSending()
    {
        _handler = new SocketsHttpHandler { ConnectCallback = ConnectAsync };
        Transport = new HttpMessageInvoker(_handler);
    }

    public HttpMessageInvoker Transport { get; }

    /// <summary>Gets how often a message was cut off.</summary>
    public int Cuts { get; private set; }

    public void Dispose()
    {
        Transport.Dispose();
        _handler.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        var stream = new NetworkStream(socket, ownsSocket: true);
        return Interlocked.Increment(ref _lines) == 1 ? new Line(this, stream) : stream;
    }

    /// <summary>Passes the handshake on, and breaks at the first message after it.</summary>
    private sealed class Line(LineCutWhileSending owner, Stream inner) : Stream
    {
        private bool _shookHands;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _shookHands = true;
            return read;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_shookHands)
            {
                await inner.WriteAsync(buffer, cancellationToken);
                return;
            }

            owner.Cuts++;
            throw new OperationCanceledException("Aborted");
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
