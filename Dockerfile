# docker build -t nndoctor .
# docker run --rm -u "$(id -u)" -v "$PWD:/work" nndoctor checkup data.csv --target y
FROM python:3.12-slim
COPY . /src
RUN pip install --no-cache-dir /src && rm -r /src
ENV HOME=/tmp
USER nobody
WORKDIR /work
ENTRYPOINT ["nndoctor"]
